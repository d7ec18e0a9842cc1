/** The questions that requests ask models: the last message, and all else, which must be the same where requests share an answer. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.question;

import org.jspecify.annotations.NullMarked;
