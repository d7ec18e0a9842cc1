package io.policyengine.policies.access.corsheaders;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import org.jspecify.annotations.Nullable;

@Doc("Lets scripts of other origins use a route (CORS): answers preflight requests and marks responses.")
record CorsHeadersParams(
        @Doc(
                value =
                        "Origins whose scripts may use the route: https://app.example.com, https://*.example.com for all hosts below a domain, a pattern in RE2 syntax that begins with ^ and ends with $, or * for all.",
                examples = {"\"https://app.example.com\"", "[\"https://*.example.com\", \"http://localhost:3000\"]"})
        StringOrList allowOrigins,

        @Doc(
                value = "Methods that scripts may use, or * for all. Browsers always allow GET, HEAD and POST.",
                examples = "[\"GET\", \"PUT\", \"DELETE\"]")
        @Default("[\"GET\", \"HEAD\", \"POST\"]")
        StringOrList allowMethods,

        @Doc(
                value = "Request header fields that scripts may set, or * for all but Authorization.",
                examples = "[\"Authorization\", \"Content-Type\"]")
        @Nullable
        StringOrList allowHeaders,

        @Doc(value = "Response header fields that scripts may read, or * for all.", examples = "\"X-Request-ID\"")
        @Nullable
        StringOrList exposeHeaders,

        @Doc("True to permit scripts to send cookies and other credentials of the browser, and to read the responses.")
        @Default("false")
        boolean allowCredentials,

        @Doc("Time in seconds for which a browser may remember the answer to a preflight request.")
        @Default("600")
        @Range(min = 0, max = 86_400)
        int maxAgeS,

        @Doc("True to let pages from public networks use the route in a private network (Private Network Access).")
        @Default("false")
        boolean allowPrivateNetwork) {}
