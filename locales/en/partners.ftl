### The register of partners and its import.

partner-type-direct-bill = Direct bill partner
partner-type-indirect-provider = Indirect provider
partner-type-indirect-reseller = Indirect reseller
partner-type-advisor = Advisor

partners-title = Partners
partners-caption = Registered partners, by name
partners-name = Name
partners-type = Type
partners-country = Country or region
partners-calendar = Calendar
partners-contact = Security contact
partners-tenant = Tenant ID
partners-since = Registered on
partners-empty = No partner is registered yet
partners-empty-text = Only registered partners can file requests.
partners-import = Import partners
partners-import-lead = Adds partners and brings registered ones in line with the file. No partner is ever removed. If one line is wrong, nothing is imported.
partners-import-columns = The first line names the columns. You can leave out “calendar”: the country then decides. For “type”, write direct_bill, indirect_provider, indirect_reseller or advisor.
partners-file = CSV file
partners-file-hint = UTF-8, at most 1 MiB.
partners-paste = Lines of the file
partners-paste-hint = Instead of a file. If you choose a file, this text is not used.
partners-import-button = Import partners
partners-imported = { $added } added, { $changed } changed, { $unchanged } unchanged.
partners-open = Open the list
partners-import-line = Line { $line }: { $problem }
partners-import-more = { $count ->
    [one] One more line is wrong.
   *[other] { $count } more lines are wrong.
}

## What is wrong in the file: also printed by `partners import`
import-column-missing = there is no column `{ $column }`; the first line needs `{ $columns }`
import-column-unknown = the column `{ $column }` is not used; take it out
import-not-utf8 = the text is not UTF-8; save the file as “CSV UTF-8”
import-empty = there is nothing to import; choose a file or paste its lines
import-fields = there are { $found } values for { $expected } columns; check the commas and quotation marks
import-unreadable = the line cannot be read: { $reason }
import-tenant-no-guid = tenant `{ $value }` is not a GUID such as `3ceaaf30-8142-48ea-91d9-3080f9b439fc`
import-tenant-is-operator = tenant `{ $value }` operates this service and cannot be a partner of it
import-tenant-twice = tenant `{ $tenant }` is already in line { $line }
import-name = the name needs 1 to 200 characters, without control characters
import-type = type `{ $value }` is none of { $types }
import-country = country `{ $value }` is no two-letter code such as `JP`
import-calendar = there is no calendar `{ $value }`
import-security-contact = security_contact `{ $value }` is no e-mail address such as `security@partner.example`

## What is wrong with a partner sent to the API
input-tenant-is-operator = This tenant operates the service and cannot be a partner of it.
input-country-invalid = Enter a two-letter country code, such as JP.
input-calendar-unknown = There is no such calendar. Leave it out to let the country decide.
