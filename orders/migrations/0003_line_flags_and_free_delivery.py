"""Lines keep what the article was; a rate says whether discounts count towards free delivery."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_append_only_timeline")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="is_custom_made",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="orderline",
            name="is_digital",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="orderline",
            name="is_fresh",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="shippingrate",
            name="is_free_by_list",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The value before discounts counts towards free delivery, instead of what is paid.",
                verbose_name="free by list prices",
            ),
        ),
    ]
