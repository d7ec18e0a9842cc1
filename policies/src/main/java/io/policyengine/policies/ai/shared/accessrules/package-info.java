/**
 * Lists of names that callers may use, with rules for some callers. Several policies for AI and agent traffic use them.
 */
@NullMarked
package io.policyengine.policies.ai.shared.accessrules;

import org.jspecify.annotations.NullMarked;
