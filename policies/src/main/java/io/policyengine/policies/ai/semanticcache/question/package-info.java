/** The questions in model requests: the last message, and everything else that must be equal for sharing an answer. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.question;

import org.jspecify.annotations.NullMarked;
