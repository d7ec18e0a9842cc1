/** Tests. */
@NullMarked
package io.policyengine.policies.content.filesizelimit;

import org.jspecify.annotations.NullMarked;
