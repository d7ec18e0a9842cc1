/** Lists of names that may be used, for everyone or by rules for some consumers: what the policies of AI and agent traffic share. */
@NullMarked
package io.policyengine.policies.ai.shared.accessrules;

import org.jspecify.annotations.NullMarked;
