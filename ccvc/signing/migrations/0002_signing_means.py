"""The software key of a person becomes one kind of a means of signing; what was kept stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("signing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("softwarekey", "signing_one_key_in_force"),
        migrations.RenameModel("SoftwareKey", "SigningMeans"),
        migrations.AlterModelOptions(
            name='signingmeans',
            options={'verbose_name': 'phương tiện ký'},
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='agency',
            field=models.CharField(blank=True, max_length=35, verbose_name='cơ quan có con dấu số'),
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='is_default',
            field=models.BooleanField(default=False, verbose_name='dùng khi không chọn'),
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='kind',
            field=models.CharField(choices=[('software', 'Khoá trong hệ thống'), ('pkcs12', 'Tệp chứng thư số (PKCS#12)'), ('pkcs11', 'Thiết bị lưu khoá nối với máy chủ'), ('remote', 'Dịch vụ ký số từ xa'), ('local', 'Thiết bị lưu khoá ở máy của người ký')], default='software', max_length=10, verbose_name='loại'),
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='label',
            field=models.CharField(blank=True, max_length=100, verbose_name='tên gọi'),
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='replaced_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.signingmeans'),
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='revoked_from',
            field=models.DateTimeField(blank=True, null=True, verbose_name='không có giá trị từ'),
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='revoked_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='lý do thu hồi'),
        ),
        migrations.AddField(
            model_name='signingmeans',
            name='place',
            field=models.JSONField(blank=True, default=dict, verbose_name='nơi giữ khoá'),
        ),
        migrations.AlterField(
            model_name='signingmeans',
            name='encrypted_pem',
            field=models.TextField(blank=True, verbose_name='khoá đã mã hoá'),
        ),
        migrations.AlterField(
            model_name='signingmeans',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người giữ'),
        ),
        migrations.RunSQL(
            """
            UPDATE signing_signingmeans
            SET is_default = revoked_at IS NULL, revoked_from = revoked_at, label = 'Khoá trong hệ thống'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='signingmeans',
            index=models.Index(condition=models.Q(('revoked_from__isnull', False)), fields=['serial'], name='signing_means_revoked'),
        ),
        migrations.AddConstraint(
            model_name='signingmeans',
            constraint=models.CheckConstraint(condition=models.Q(('user', None), ('agency', ''), _connector='XOR'), name='signing_means_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='signingmeans',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True), ('revoked_at', None)), fields=('user',), name='signing_one_default_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='signingmeans',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True), ('revoked_at', None), ('user', None)), fields=('agency',), name='signing_one_default_of_an_agency'),
        ),
        migrations.AddConstraint(
            model_name='signingmeans',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'software'), ('revoked_at', None)), fields=('user',), name='signing_one_software_key_in_force'),
        ),
        migrations.AddConstraint(
            model_name='signingmeans',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_from', None)), models.Q(('revoked_at__isnull', False), ('revoked_from__isnull', False)), _connector='OR'), name='signing_means_revoked_from'),
        ),
    ]
