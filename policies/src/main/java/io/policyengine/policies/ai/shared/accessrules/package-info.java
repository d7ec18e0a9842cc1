/** Lists of names that callers may use, by rules for some of them: shared by the policies of AI and agent traffic. */
@NullMarked
package io.policyengine.policies.ai.shared.accessrules;

import org.jspecify.annotations.NullMarked;
