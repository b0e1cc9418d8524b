"""What was done on a change stays: the database itself refuses to rewrite it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("changes", "0003_corrections")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION changes_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' OR OLD.undone OR (to_jsonb(OLD) - 'undone') IS DISTINCT FROM (to_jsonb(NEW) - 'undone') THEN
                    RAISE EXCEPTION 'changes_step stays as it is: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER changes_step_stays BEFORE UPDATE OR DELETE ON changes_step
                FOR EACH ROW EXECUTE FUNCTION changes_step_stays();
            CREATE FUNCTION changes_correction_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'changes_correction only grows: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER changes_correction_only_grows BEFORE UPDATE OR DELETE ON changes_correction
                FOR EACH STATEMENT EXECUTE FUNCTION changes_correction_only_grows();
            CREATE FUNCTION changes_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' OR OLD.state = 'approved' THEN
                    RAISE EXCEPTION 'changes_change stays once approved: % is refused', TG_OP
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER changes_change_stays BEFORE UPDATE OR DELETE ON changes_change
                FOR EACH ROW EXECUTE FUNCTION changes_change_stays();
            """,
            """
            DROP FUNCTION changes_step_stays() CASCADE;
            DROP FUNCTION changes_correction_only_grows() CASCADE;
            DROP FUNCTION changes_change_stays() CASCADE;
            """,
        ),
    ]
