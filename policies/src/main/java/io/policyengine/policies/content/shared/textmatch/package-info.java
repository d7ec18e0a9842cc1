/**
 * Searches texts for words and patterns in normal forms, regardless of spelling and of chunk boundaries. Positions are
 * code points of a {@link io.policyengine.policies.content.shared.content.LogicalText}, counted from its beginning.
 */
@NullMarked
package io.policyengine.policies.content.shared.textmatch;

import org.jspecify.annotations.NullMarked;
