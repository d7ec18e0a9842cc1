/** Stored answers of a partition, found by the digest of a question or by the nearest vector. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.entry;

import org.jspecify.annotations.NullMarked;
