### The API reference.

api-title = API
api-lead = Programs can file requests, follow them, and read the feed, too. The description below is made from the running code.
api-document = Download the OpenAPI document
api-token = Getting a token
api-token-text = Get an access token for this desk from your organisation’s sign-in service (OAuth 2.0) and send it with every request. The roles in the token decide what it may do.
api-errors = Errors
api-errors-text = Errors are problem documents (RFC 9457) in the language of “Accept-Language”. The “type” of each leads to a page that explains it.
api-operations = Operations
api-parameters = Parameters
api-properties = Properties
api-body = Body
api-answers = Answers
api-schemas = Shapes
api-values = Values:
api-name = Name
api-place = In
api-type = Type
api-meaning = Meaning
api-required = required
