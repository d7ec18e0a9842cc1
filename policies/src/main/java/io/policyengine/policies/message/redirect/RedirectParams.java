package io.policyengine.policies.message.redirect;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Shape;

@Doc("Answers with a redirect.")
record RedirectParams(
        @Doc(
                value = "Target of the redirect: a URI with scheme and host, or a path. May contain templates after "
                        + "the host; their values are percent-encoded.",
                examples = {"\"https://example.com${request.path}\"", "\"/login?next=${request.path}\""})
        String location,

        @Doc("Status: 301 or 308 for a permanent redirect, 302 or 307 for a temporary one, 303 to make the "
                + "client request the target with GET. 307 and 308 keep method and body.")
        @Default("302")
        @Shape("""
                {"type": "integer", "enum": [301, 302, 303, 307, 308]}""")
        int status) {}
