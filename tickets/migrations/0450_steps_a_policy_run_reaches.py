from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0440_index_of_what_is_not_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='policyrun',
            name='moved',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='tickets that are put into another queue'),
        ),
        migrations.AddField(
            model_name='policyrun',
            name='raised',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='tickets that are raised'),
        ),
        migrations.AddField(
            model_name='policyrun',
            name='told',
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name='tickets that have reached steps'),
        ),
    ]
