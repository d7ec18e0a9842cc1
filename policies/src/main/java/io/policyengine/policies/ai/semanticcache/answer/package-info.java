/** Answers of models, and which of them are complete. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.answer;

import org.jspecify.annotations.NullMarked;
