"""The service desk."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('orders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('order', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='orders.order', verbose_name='order')),
                ('customer_email', models.EmailField(blank=True, default='', max_length=254, verbose_name='customer')),
                ('priority', models.CharField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], default='normal', max_length=10, verbose_name='priority')),
                ('status', models.CharField(choices=[('open', 'Open'), ('waiting', 'Waiting for the customer'), ('solved', 'Solved'), ('closed', 'Closed')], default='open', max_length=10, verbose_name='status')),
                ('source', models.CharField(choices=[('web', 'Web form'), ('email', 'E-mail'), ('phone', 'Telephone'), ('system', 'The shop itself')], max_length=10, verbose_name='source')),
                ('owner', models.ForeignKey(blank=True, limit_choices_to={'is_staff': True}, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('due_at', models.DateTimeField(verbose_name='answer due')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='first answer')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('dedupe_key', models.CharField(blank=True, max_length=160, null=True)),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
                'ordering': ('due_at',),
                'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['due_at'], name='crm_ticket_due')],
                'constraints': [models.UniqueConstraint(fields=('dedupe_key',), name='crm_ticket_dedupe_once'), models.CheckConstraint(condition=models.Q(('status__in', ['open', 'waiting', 'solved', 'closed'])), name='crm_ticket_status'), models.CheckConstraint(condition=models.Q(('priority__in', ['low', 'normal', 'high', 'urgent'])), name='crm_ticket_priority')],
            },
        ),
        migrations.CreateModel(
            name='TicketMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='crm.ticket')),
                ('author', models.CharField(max_length=254, verbose_name='author')),
                ('text', models.TextField(verbose_name='text')),
                ('is_from_customer', models.BooleanField(default=False)),
                ('is_internal', models.BooleanField(default=False, verbose_name='only for operators')),
                ('written_at', models.DateTimeField(verbose_name='written')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ('pk',),
            },
        ),
    ]
