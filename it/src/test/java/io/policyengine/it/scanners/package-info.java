/** {@code virusScan} with real scanners. */
@NullMarked
package io.policyengine.it.scanners;

import org.jspecify.annotations.NullMarked;
