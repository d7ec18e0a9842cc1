/** The contents of a body that are scanned each for itself: the body, or its parts, with their encodings undone. */
@NullMarked
package io.policyengine.policies.content.virusscan.content;

import org.jspecify.annotations.NullMarked;
