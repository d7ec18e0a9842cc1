/** Commands for stored generations: list, compare, roll back. */
@NullMarked
package io.policyengine.app.generations;

import org.jspecify.annotations.NullMarked;
