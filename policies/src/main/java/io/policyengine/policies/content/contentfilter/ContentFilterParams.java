package io.policyengine.policies.content.contentfilter;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code contentFilter}. */
@Doc("Denies, masks or logs messages in which words or patterns stand.")
record ContentFilterParams(
        @Doc(
                value = "Words, or texts of several, that are looked for, however they are spelled.",
                examples = "[\"project falcon\", \"confidential\"]")
        @Nullable
        StringOrList words,

        @Doc(
                value = "Patterns in RE2 syntax that are looked for in the normal form of texts (Unicode's NFKC).",
                examples = "[\"\\\\bEMP-[0-9]{6}\\\\b\"]")
        @Nullable
        StringOrList patterns,

        @Doc("What becomes of a message in which one is found.") @Default("\"deny\"")
        Action action,

        @Doc("Comes in place of what is found, with action mask.")
        @Default("\"***\"")
        @Pattern("^[^\\x00-\\x1f\\x7f]*$")
        String mask,

        @Doc("Status of the answer to a request that is denied; a response that is denied becomes 502.")
        @Default("403")
        @Range(min = 400, max = 599)
        int status,

        @Doc(
                value = "Parts of the message that are searched; the query is part of requests only.",
                examples = "[\"body\", \"query\"]")
        @Default("[\"body\"]")
        @NonEmpty
        List<Where> where,

        @Doc("True if upper and lower case are the same.") @Default("true")
        boolean ignoreCase,

        @Doc("True if a word counts only where no letter and no digit stands before it or after it.") @Default("false")
        boolean wholeWords,

        @Doc(
                "Characters that a match of a pattern is shorter than; of a body in chunks, one and a half times as many are held back.")
        @Default("256")
        @Range(min = 16, max = 4096)
        int patternWindow,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    /** The fate of a message in which something is found. */
    enum Action {
        /** The message is denied. */
        DENY,
        /** The mask stands in place of it. */
        MASK,
        /** The message passes and is logged. */
        LOG
    }

    /** The parts of a message. */
    enum Where {
        /** The texts of the body. */
        BODY,
        /** Names and values of the query. */
        QUERY,
        /** Values of header fields. */
        HEADERS
    }
}
