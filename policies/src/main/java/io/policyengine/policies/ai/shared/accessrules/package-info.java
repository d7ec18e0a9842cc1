/** Lists of names that callers may use, with rules for some callers: shared by policies of AI and agent traffic. */
@NullMarked
package io.policyengine.policies.ai.shared.accessrules;

import org.jspecify.annotations.NullMarked;
