"""People, their addresses and how they sign in."""

import django.db.models.deletion
import django.db.models.functions.text
import shop.kernel.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('name', models.CharField(blank=True, default='', max_length=150, verbose_name='name')),
                ('language', models.CharField(default='en', max_length=10)),
                ('is_staff', models.BooleanField(default=False, verbose_name='operator')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('joined_at', models.DateTimeField(default=shop.kernel.clock.now)),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ('email',),
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_name', models.CharField(blank=True, default='', max_length=80, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, default='', max_length=80, verbose_name='last name')),
                ('line1', models.CharField(blank=True, default='', max_length=120, verbose_name='street and number')),
                ('line2', models.CharField(blank=True, default='', max_length=120, verbose_name='more of the address')),
                ('city', models.CharField(blank=True, default='', max_length=80, verbose_name='city')),
                ('region', models.CharField(blank=True, default='', max_length=80, verbose_name='region')),
                ('postal_code', models.CharField(blank=True, default='', max_length=20, verbose_name='postal code')),
                ('country', models.CharField(blank=True, default='', max_length=2, verbose_name='country')),
                ('phone', models.CharField(blank=True, default='', max_length=30, verbose_name='telephone')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to=settings.AUTH_USER_MODEL)),
                ('label', models.CharField(blank=True, default='', max_length=40, verbose_name='label')),
                ('is_default', models.BooleanField(default=False, verbose_name='use first')),
            ],
            options={
                'verbose_name_plural': 'addresses',
                'ordering': ('-is_default', 'pk'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user',), name='address_one_default')],
            },
        ),
    ]
