package io.policyengine.policies.ai.shared.accessrules;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.List;

/** Names that may be used, and names that may not. */
@Doc("Names that may be used. deny overrides allow, and a name in neither may not be used.")
public record NameListParams(
        @Doc(
                value = "Names that may be used, compared exactly; * stands for any characters, or none.",
                examples = "[\"read_*\", \"search\"]")
        @Default("[\"*\"]")
        List<String> allow,

        @Doc(
                value =
                        "Names that may not be used. Letter case is ignored, and characters that look the same count as equal; * as in allow.",
                examples = "[\"delete_*\"]")
        @Default("[]")
        List<String> deny) {}
