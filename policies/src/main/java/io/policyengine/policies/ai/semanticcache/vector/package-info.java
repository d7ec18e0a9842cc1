/** Texts as vectors: what a server of embeddings makes of a text, and how near two of them are. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.vector;

import org.jspecify.annotations.NullMarked;
