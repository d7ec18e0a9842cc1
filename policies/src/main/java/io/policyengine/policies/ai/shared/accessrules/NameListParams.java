package io.policyengine.policies.ai.shared.accessrules;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.List;

/** Names that may be used, and names that may not. */
@Doc("Names that may be used. deny overrides allow; a name in neither list is denied.")
public record NameListParams(
        @Doc(
                value = "Names that may be used, compared exactly. * matches any number of characters.",
                examples = "[\"read_*\", \"search\"]")
        @Default("[\"*\"]")
        List<String> allow,

        @Doc(
                value = "Names that may not be used. Letter case is ignored, and characters that look alike count as "
                        + "equal. * matches any number of characters.",
                examples = "[\"delete_*\"]")
        @Default("[]")
        List<String> deny) {}
