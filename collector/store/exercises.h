/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises: what is replayed as one bears a sensor of this name, here ("exercise-7") and above ("plant-a/exercise-7").
 * Figures leave them out. */
#ifndef WANGLOU_COLLECTOR_STORE_EXERCISES_H
#define WANGLOU_COLLECTOR_STORE_EXERCISES_H

#define STORE_EXERCISE "exercise-"
/* SQL over the column `sensor`; the index alert_exercise is over this very condition. */
#define IS_EXERCISE "instr('/'||sensor,'/" STORE_EXERCISE "')>0"

#endif
