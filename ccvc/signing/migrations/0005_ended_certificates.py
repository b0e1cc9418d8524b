"""Since when a signature is held, and certificates with which nothing counts from a moment on."""

import django.utils.timezone
from cryptography import x509
from django.conf import settings
from django.db import migrations, models


def carry_over(apps, _schema):
    """Means taken out of force before: their certificates have ended, as told by this node."""
    means = apps.get_model("signing", "SigningMeans").objects.filter(revoked_from__isnull=False)
    ended = apps.get_model("signing", "EndedCertificate")
    from ccvc.signing import certificates

    for row in means.order_by("revoked_from"):
        cert: x509.Certificate = certificates.from_pem(row.certificate_pem)[0]
        ended.objects.get_or_create(
            certificate=certificates.fingerprint(cert),
            defaults={
                "pem": certificates.to_pem([cert]),
                "serial": row.serial,
                "agency": certificates.agency_of(cert) or "",
                "name": certificates.name_of(cert)[:100],
                "since": row.revoked_from,
                "taken": row.revoked_from < row.revoked_at,
                "reason": row.revoked_reason,
                "told_by": settings.CCVC_AGENCY,
                "told_at": row.revoked_at,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("signing", "0004_signature_stays")]

    operations = [
        migrations.AddField(
            "signature", "kept_at", models.DateTimeField("giữ tại nút này từ", null=True, editable=False)
        ),
        migrations.AlterField(
            "signature",
            "kept_at",
            models.DateTimeField(
                "giữ tại nút này từ", null=True, default=django.utils.timezone.now, editable=False
            ),
        ),
        migrations.AddIndex("signature", models.Index(fields=["serial"], name="signature_serial")),
        migrations.RunSQL(
            """
            CREATE TRIGGER signing_signature_is_kept BEFORE UPDATE OF kept_at ON signing_signature
                FOR EACH STATEMENT EXECUTE FUNCTION signing_signature_stays();
            """,
            "DROP TRIGGER signing_signature_is_kept ON signing_signature",
        ),
        migrations.CreateModel(
            "EndedCertificate",
            [
                (
                    "certificate",
                    models.CharField(
                        "SHA-256 của chứng thư số", primary_key=True, serialize=False, max_length=64
                    ),
                ),
                ("pem", models.TextField("chứng thư số")),
                ("serial", models.CharField("số chứng thư", max_length=64)),
                ("agency", models.CharField("cơ quan", max_length=35, blank=True)),
                ("name", models.CharField("cấp cho", max_length=100)),
                ("since", models.DateTimeField("không có giá trị từ")),
                ("taken", models.BooleanField("khoá có thể ở trong tay người khác")),
                ("reason", models.CharField("lý do", max_length=300, blank=True)),
                ("told_by", models.CharField("cơ quan báo", max_length=35)),
                ("told_at", models.DateTimeField("báo lúc", default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField("gửi đi lúc", null=True, blank=True)),
            ],
            {"verbose_name": "chứng thư số không còn giá trị"},
        ),
        migrations.AddIndex(
            "endedcertificate",
            models.Index(
                fields=["told_at"], name="signing_ended_to_send", condition=models.Q(sent_at=None)
            ),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
