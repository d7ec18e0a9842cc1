/**
 * Searches texts for words and patterns in normal forms, regardless of spelling and of chunk boundaries. Positions
 * count the code points of a {@link io.policyengine.policies.content.shared.texts.LogicalText} from its beginning.
 */
@NullMarked
package io.policyengine.policies.content.shared.textmatch;

import org.jspecify.annotations.NullMarked;
