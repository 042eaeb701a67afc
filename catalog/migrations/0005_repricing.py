"""Rules that suggest prices, what they have suggested, and competitors' prices by file."""

import django.contrib.postgres.fields
import django.db.models.deletion
import shop.kernel.fields
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_listing_orders_by_shelf'),
    ]

    operations = [
        migrations.CreateModel(
            name='CompetitorImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('state', models.CharField(choices=[('preview', 'Preview'), ('applied', 'Let in'), ('dropped', 'Dropped')], default='preview', max_length=8, verbose_name='state')),
                ('rows', models.JSONField(default=list)),
                ('problems', models.JSONField(default=list)),
                ('row_quantity', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ('stale_quantity', models.PositiveIntegerField(default=0, verbose_name='too old for the rules')),
                ('written_quantity', models.PositiveIntegerField(default=0, verbose_name='written')),
                ('created_by', models.CharField(max_length=150, verbose_name='by')),
                ('created_at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': "import of competitors' prices",
                'verbose_name_plural': "imports of competitors' prices",
                'ordering': ('-pk',),
            },
        ),
        migrations.AddField(
            model_name='competitorprice',
            name='url',
            field=models.URLField(blank=True, db_default='', default='', max_length=500, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='competitorprice',
            name='amount',
            field=shop.kernel.fields.AmountField(verbose_name='price'),
        ),
        migrations.AlterField(
            model_name='competitorprice',
            name='competitor',
            field=models.CharField(max_length=80, verbose_name='competitor'),
        ),
        migrations.AlterField(
            model_name='competitorprice',
            name='currency',
            field=shop.kernel.fields.CurrencyField(verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='competitorprice',
            name='seen_on',
            field=models.DateField(verbose_name='seen on'),
        ),
        migrations.AlterField(
            model_name='competitorprice',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='competitor_prices', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.CreateModel(
            name='PricingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, verbose_name='key')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('currency', shop.kernel.fields.CurrencyField(verbose_name='currency')),
                ('is_active', models.BooleanField(default=False, verbose_name='active')),
                ('is_automatic', models.BooleanField(default=False, help_text='Moves within the approval mark are applied without a person.', verbose_name='applies by itself')),
                ('priority', models.PositiveSmallIntegerField(default=100, help_text='An article belongs to the rule with the lowest number.', verbose_name='priority')),
                ('include', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None, verbose_name='articles')),
                ('exclude', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None, verbose_name='but not')),
                ('strategy', models.CharField(choices=[('competitor', 'Follow the lowest competitor'), ('markdown', 'Mark down in steps'), ('cost_plus', 'Cost plus a margin')], max_length=12, verbose_name='strategy')),
                ('undercut_percent', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=7, verbose_name='undercut by per cent')),
                ('undercut_amount', shop.kernel.fields.AmountField(default=Decimal('0'), verbose_name='undercut by an amount')),
                ('fresh_days', models.PositiveSmallIntegerField(default=7, help_text='Older ones are ignored.', verbose_name="days that a competitor's price counts")),
                ('trigger', models.CharField(choices=[('age', 'Days on sale or in stock'), ('idle', 'Days without a sale'), ('cover', 'Days that the stock lasts'), ('expiry', 'Days until it expires')], default='age', max_length=8, verbose_name='counts')),
                ('steps', models.JSONField(blank=True, default=list, verbose_name='steps')),
                ('margin_percent', models.DecimalField(decimal_places=3, default=Decimal('0'), help_text='For cost plus: per cent of the selling price.', max_digits=7, verbose_name='margin')),
                ('least_margin_percent', models.DecimalField(decimal_places=3, default=Decimal('10'), help_text='Floor: cost / (1 - margin). Without a cost nothing moves.', max_digits=7, verbose_name='least margin')),
                ('ceiling_percent', models.DecimalField(decimal_places=3, default=Decimal('100'), help_text='Per cent of the list price.', max_digits=7, verbose_name='ceiling')),
                ('daily_percent', models.DecimalField(decimal_places=3, default=Decimal('10'), help_text='Per cent.', max_digits=7, verbose_name='largest daily move')),
                ('hours_between', models.PositiveSmallIntegerField(default=24, verbose_name='least hours between moves')),
                ('rounding', models.CharField(choices=[('none', 'As it is'), ('99', '….99'), ('00', '….00'), ('tick', 'To a multiple')], default='99', max_length=4, verbose_name='rounding')),
                ('tick', shop.kernel.fields.AmountField(default=Decimal('0'), verbose_name='multiple')),
                ('approval_percent', models.DecimalField(decimal_places=3, default=Decimal('5'), help_text='A larger move waits for a person, per cent.', max_digits=7, verbose_name='approval mark')),
                ('last_run_at', models.DateTimeField(editable=False, null=True, verbose_name='last run')),
                ('last_run_facts', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'pricing rule',
                'verbose_name_plural': 'pricing rules',
                'ordering': ('priority', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('key',), name='catalog_pricingrule_key_unique'), models.CheckConstraint(condition=models.Q(('approval_percent__gte', 0), ('ceiling_percent__gt', 0), ('daily_percent__gt', 0), ('daily_percent__lte', 100), ('least_margin_percent__gte', 0), ('least_margin_percent__lt', 100), ('margin_percent__gte', 0), ('margin_percent__lt', 100), ('undercut_amount__gte', 0), ('undercut_percent__gte', 0), ('undercut_percent__lt', 100)), name='catalog_pricingrule_figures_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('rounding', 'tick'), _negated=True), ('tick__gt', 0), _connector='OR'), name='catalog_pricingrule_tick_positive')],
            },
        ),
        migrations.CreateModel(
            name='PriceSuggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', shop.kernel.fields.CurrencyField(verbose_name='currency')),
                ('day', models.DateField(verbose_name='day')),
                ('old_amount', shop.kernel.fields.AmountField(verbose_name='price')),
                ('new_amount', shop.kernel.fields.AmountField(verbose_name='suggested price')),
                ('new_compare_at_amount', shop.kernel.fields.AmountField(null=True, verbose_name='compare-at price')),
                ('list_amount', shop.kernel.fields.AmountField(verbose_name='list price')),
                ('facts', models.JSONField(verbose_name='arithmetic')),
                ('needs_approval', models.BooleanField(default=True, verbose_name='needs a person')),
                ('state', models.CharField(choices=[('open', 'Open'), ('approved', 'Approved'), ('applied', 'Applied'), ('refused', 'Refused'), ('expired', 'Expired')], default='open', max_length=8, verbose_name='state')),
                ('decided_by', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('created_at', models.DateTimeField(verbose_name='suggested')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='suggestions', to='catalog.pricebatch')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='price_suggestions', to='catalog.variant', verbose_name='variant')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='catalog.pricingrule', verbose_name='rule')),
            ],
            options={
                'verbose_name': 'price suggestion',
                'verbose_name_plural': 'price suggestions',
                'ordering': ('-day', 'variant_id'),
                'indexes': [models.Index(condition=models.Q(('state', 'applied')), fields=['variant', 'currency', '-decided_at'], name='catalog_pricesuggestion_last')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'variant', 'currency', 'day'), name='catalog_pricesuggestion_once_a_day'), models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'approved'])), fields=('variant', 'currency'), name='catalog_pricesuggestion_one_waiting'), models.CheckConstraint(condition=models.Q(('new_amount__gt', 0), models.Q(('new_amount', models.F('old_amount')), _negated=True)), name='catalog_pricesuggestion_moves'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='catalog_pricesuggestion_decided_has_instant')],
            },
        ),
    ]
