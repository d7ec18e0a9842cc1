@NullMarked
package io.policyengine.kernel;

import org.jspecify.annotations.NullMarked;
