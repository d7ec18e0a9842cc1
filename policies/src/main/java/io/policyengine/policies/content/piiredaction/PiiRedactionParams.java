package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Secret;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code piiRedaction}. */
@Doc("Masks, hashes or tokenizes personal data and secrets in bodies, or denies the message. Can restore tokens in "
        + "the response.")
record PiiRedactionParams(
        @Doc(
                value = "Kinds to find. The kind custom means the patterns of the parameter custom, which are always "
                        + "found.",
                examples = "[\"email\", \"credit_card\"]")
        @Default("""
                ["email", "phone", "credit_card", "iban", "ip_address", "us_ssn", "uk_nino", "de_tax_id", "in_aadhaar", "passport",
                 "api_key", "jwt", "private_key", "aws_key"]""")
        @NonEmpty
        List<Kind> entities,

        @Doc(
                value = "Additional patterns to find. A match has at most 255 characters.",
                examples = "[{\"name\": \"employee\", \"pattern\": \"\\\\bEMP-[0-9]{6}\\\\b\"}]")
        @Default("[]")
        List<CustomPattern> custom,

        @Doc("Action on a finding. mask replaces it by its kind, hash by its kind and a keyed digest, tokenize by "
                + "a token that is valid in this exchange. deny denies the message.")
        @Default("\"mask\"")
        Action action,

        @Doc(
                "True if tokens in the response are replaced by their values. The entry must then be in both flows, with the same name"
                        + " and parameters.")
        @Default("false")
        boolean restore,

        @Doc(
                value = "Names of members of JSON and fields of forms whose texts are not searched.",
                examples = "[\"model\", \"trace_id\"]")
        @Default("[]")
        OptionalStrings keysToSkip,

        @Doc("True if names of members of JSON are not searched.") @Default("false")
        boolean jsonOnlyValues,

        @Doc("Key of the digests of action hash. If absent, the process creates a random key for the entry.")
        @Nullable
        @Secret
        @NonEmpty
        String hashKey,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** The kinds of values to find. */
    enum Kind {
        EMAIL,
        PHONE,
        CREDIT_CARD,
        IBAN,
        IP_ADDRESS,
        /** Social security numbers of the United States. */
        US_SSN,
        /** National insurance numbers of the United Kingdom. */
        UK_NINO,
        /** Tax identification numbers of Germany. */
        DE_TAX_ID,
        IN_AADHAAR,
        PASSPORT,
        API_KEY,
        JWT,
        /** Private keys in PEM. */
        PRIVATE_KEY,
        AWS_KEY,
        /** The patterns of the parameter {@code custom}. */
        CUSTOM
    }

    @Doc("A pattern with a name.")
    record CustomPattern(
            @Doc("Name that replaces findings, in capital letters.") @Pattern("^[a-z][a-z0-9_]{0,31}$")
            String name,

            @Doc("Pattern in RE2 syntax to find in texts normalized to NFKC.") @NonEmpty
            String pattern) {}

    /** The treatment of findings. */
    enum Action {
        /** The value is replaced by its kind. */
        MASK,
        /** The value is replaced by its kind and a digest. */
        HASH,
        /** The value is replaced by a token that represents it in this exchange. */
        TOKENIZE,
        /** The message is denied. */
        DENY
    }
}
