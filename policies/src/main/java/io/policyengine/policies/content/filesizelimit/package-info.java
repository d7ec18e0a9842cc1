/** Policy {@code fileSizeLimit}: refuses bodies that exceed a maximum size. */
@NullMarked
package io.policyengine.policies.content.filesizelimit;

import org.jspecify.annotations.NullMarked;
