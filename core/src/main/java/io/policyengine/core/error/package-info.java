/** Error codes, and problems that point to their place in a file. */
@NullMarked
package io.policyengine.core.error;

import org.jspecify.annotations.NullMarked;
