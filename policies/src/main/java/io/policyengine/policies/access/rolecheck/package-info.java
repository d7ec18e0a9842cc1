/** Policy {@code roleCheck}: what an authenticated client may do, by its roles. */
@NullMarked
package io.policyengine.policies.access.rolecheck;

import org.jspecify.annotations.NullMarked;
