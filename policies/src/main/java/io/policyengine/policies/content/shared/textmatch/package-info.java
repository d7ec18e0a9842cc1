/**
 * The search in texts for words and patterns, in normal forms, so that no spelling hides them and no cut matters. Places are code points
 * of a {@link io.policyengine.policies.content.shared.content.LogicalText}, counted from its beginning.
 */
@NullMarked
package io.policyengine.policies.content.shared.textmatch;

import org.jspecify.annotations.NullMarked;
