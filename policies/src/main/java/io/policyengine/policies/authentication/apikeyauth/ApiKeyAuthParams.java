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

        @Doc("True to refuse requests without a key; false to pass them without an identity. An invalid key is always "
                + "refused.")
        @Default("true")
        boolean required,

        @Doc("The keys.") @Default("[]") List<ApiKeyEntry> keys,

        @Doc(
                value = "YAML file with a list of keys in the form of the parameter keys, relative to the conf "
                        + "directory. It is read again when it changes.",
                examples = "\"keys.yaml\"")
        @Nullable
        String keyFile,

        @Doc("True to remove the key from the request before the upstream sees it.") @Default("true")
        boolean strip,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}
