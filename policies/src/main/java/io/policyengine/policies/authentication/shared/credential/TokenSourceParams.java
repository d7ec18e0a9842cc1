package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.params.Doc;
import org.jspecify.annotations.Nullable;

/** A source of tokens, as written in parameters. */
@Doc("A place that may hold a token: a header, a query parameter or a cookie.")
public record TokenSourceParams(
        @Doc(value = "Request header that holds the token.", examples = "\"Authorization\"") @Nullable
        String header,

        @Doc(
                value =
                        "Authentication scheme before the token in the header; without it the whole value is the token.",
                examples = "\"Bearer\"")
        @Nullable
        String scheme,

        @Doc(value = "Query parameter that holds the token.", examples = "\"access_token\"") @Nullable
        String query,

        @Doc(value = "Cookie that holds the token.", examples = "\"session\"") @Nullable
        String cookie) {}
