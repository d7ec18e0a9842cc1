/** The content items of a body, which are scanned separately: the whole body or its parts, decoded. */
@NullMarked
package io.policyengine.policies.content.virusscan.content;

import org.jspecify.annotations.NullMarked;
