/** Policy {@code fileSizeLimit}: refuses bodies that are too large. */
@NullMarked
package io.policyengine.policies.content.filesizelimit;

import org.jspecify.annotations.NullMarked;
