/** Answers of models: which of them are whole, and say all that they meant to. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.answer;

import org.jspecify.annotations.NullMarked;
