"""What happened: events and daily figures."""

import django.db.models.deletion
import shop.kernel.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalog', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('currency', shop.kernel.fields.CurrencyField()),
                ('sales_amount', shop.kernel.fields.AmountField(default=Decimal('0'))),
                ('placed_quantity', models.PositiveIntegerField(default=0)),
                ('paid_quantity', models.PositiveIntegerField(default=0)),
                ('visits_quantity', models.PositiveIntegerField(default=0)),
                ('rolled_up_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'daily figures',
                'ordering': ('day',),
                'constraints': [models.UniqueConstraint(fields=('day', 'currency'), name='analytics_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('page', 'Page seen'), ('product', 'Product seen'), ('cart', 'Put in the cart'), ('checkout', 'Checkout begun'), ('order', 'Order placed'), ('paid', 'Order paid')], max_length=10)),
                ('visitor', models.CharField(blank=True, default='', max_length=40)),
                ('session', models.CharField(blank=True, default='', max_length=40)),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('path', models.CharField(blank=True, default='', max_length=300)),
                ('product', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.product')),
                ('order_number', models.CharField(blank=True, default='', max_length=20)),
                ('value_amount', shop.kernel.fields.AmountField(blank=True, null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('source_key', models.CharField(blank=True, max_length=120, null=True)),
                ('occurred_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-occurred_at',),
                'indexes': [models.Index(fields=['occurred_at', 'kind'], name='analytics_event_when')],
                'constraints': [models.UniqueConstraint(fields=('source_key',), name='analytics_event_source_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['page', 'product', 'cart', 'checkout', 'order', 'paid'])), name='analytics_event_kind')],
            },
        ),
    ]
