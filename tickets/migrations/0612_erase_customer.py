"""The right to erase a customer."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0611_messages_of_a_person")]

    operations = [
        migrations.AlterModelOptions(
            name="customer",
            options={
                "permissions": [("erase_customer", "Can erase a customer: words, files and who they are, for good")],
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
            },
        ),
    ]
