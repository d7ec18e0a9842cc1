/** The prompts in requests for models, in each provider's shape: their authors, texts, positions and edits. */
@NullMarked
package io.policyengine.policies.ai.shared.prompt;

import org.jspecify.annotations.NullMarked;
