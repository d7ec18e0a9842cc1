/** Tests. */
@NullMarked
package io.policyengine.policies.filesizelimit;

import org.jspecify.annotations.NullMarked;
