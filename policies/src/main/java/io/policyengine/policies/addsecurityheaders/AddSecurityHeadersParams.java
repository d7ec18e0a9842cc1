package io.policyengine.policies.addsecurityheaders;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.Map;

/** Parameters of {@code addSecurityHeaders}. */
@Doc("Adds response fields that make browsers careful.")
record AddSecurityHeadersParams(
        @Doc(
                value =
                        "Response fields by name: another value for one of the default set, an additional field, or off for one that is not to be added.",
                examples = "{\"X-Frame-Options\": \"SAMEORIGIN\", \"Content-Security-Policy\": \"off\"}")
        @Default("{}")
        Map<String, String> headers) {}
