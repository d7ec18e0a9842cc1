package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Authenticates by an API key in a header, the query or a cookie.")
record ApiKeyAuthParams(
        @Doc("Request header that holds the key.") @Default("\"X-API-Key\"")
        String headerName,

        @Doc(value = "Query parameter that may hold the key; used if the header is absent.", examples = "\"api_key\"")
        @Nullable
        String queryParam,

        @Doc(
                value = "Cookie that may hold the key; used if header and query parameter are absent.",
                examples = "\"key\"")
        @Nullable
        String cookieName,

        @Doc("True if a request without key is refused. Otherwise it passes without identity; an invalid key is "
                + "refused all the same.")
        @Default("true")
        boolean required,

        @Doc("The keys.") @Default("[]") List<ApiKeyEntry> keys,

        @Doc(
                value =
                        "A YAML file that lists keys as under keys; read again when it changes. Relative to the conf directory.",
                examples = "\"keys.yaml\"")
        @Nullable
        String keyFile,

        @Doc("True if the key is removed from the request before the upstream sees it.") @Default("true")
        boolean strip,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}
