/** Texts as vectors: the results of an embeddings server, and their similarity. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.vector;

import org.jspecify.annotations.NullMarked;
