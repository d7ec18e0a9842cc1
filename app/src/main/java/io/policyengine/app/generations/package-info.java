/** Generations on disk, for people: compared, and gone back to. */
@NullMarked
package io.policyengine.app.generations;

import org.jspecify.annotations.NullMarked;
