# The protected site.
portal-brand = Partner portal
portal-badge = Example site, invented data
portal-lead = A small partner site and API that stand behind the gate. Whoever opens a protected page without MFA is asked for it, unless an exception covers them.

routes-caption = What the gate protects here
routes-address = Address
routes-what = What it is
routes-surface = Surface
route-customers = Pages under Customers
route-customer-requests = Pages under Support › Customer requests
route-admin = A customer’s cloud portal, by delegated admin
route-admin-links = Links to admin portals; does not sign in to the customer’s tenant, so it asks for no MFA
route-partner-api = Partner API, for instance /v1/customers
route-delegated-api = A customer’s API by delegated admin, for instance /delegated/v1/CUSTOMER/users

api-title = The API
api-text = An API takes a token of the identity provider instead of a sign-in:

others-title = Beside this site
others-idp = Identity provider: current sign-in and all accounts
others-desk = Exception Desk
others-sign-out = Sign out of this site

customers-title = Customers
customers-caption = Customers of your company
requests-title = Customer requests
customer = Customer
domain = Domain
seats = Seats
open-requests = Open requests

admin-title = Customer’s cloud portal
admin-choose = Choose the customer in whose name you want to work.
admin-signed-in = You are signed in to this customer’s tenant by delegated admin.
admin-users = Users
links-title = Links to admin portals
links-lead = This page does not sign in to a customer’s tenant.

why-title = Why you may see this
why-reason = Reason
why-exception = Exception
decision-mfa-verified = MFA was verified when you signed in.
decision-mfa-suppressed = MFA was not verified. An exception covers you here and now.
decision-not-protected = This page asks for no MFA.
decision-app-only = An application called as itself; MFA is asked of people only.
decision-other = The gate let this request pass.

portal-not-found = Page not found
portal-not-found-text = There is nothing at this address.
portal-gate-away = This page cannot be shown now
portal-gate-away-text = The gate that checks sign-ins does not answer, and without it nothing protected is shown. Try again in a moment.
